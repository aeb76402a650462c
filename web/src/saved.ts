/** Scenarios that the service keeps: saved under a name, opened again, shared by a short address. */

import { Refused, fetchStored, fetchStoredList, store } from "./api";
import type { Stored, StoredEntry } from "./api";
import { readState, scenarioOf, writeState } from "./state";
import type { State } from "./state";

export interface Opened {
  stored: Stored | null;
  state: State;
  problem: string;
}

/** What an address shows: all of it stands there, or it names a stored scenario. */
export async function openAddress(hash: string): Promise<Opened> {
  const name = new URLSearchParams(hash.replace(/^#/, "")).get("scenario");
  if (name === null) return { stored: null, state: readState(hash), problem: "" };
  try {
    const stored = await fetchStored(name);
    const text = stored.page?.["state"];
    if (typeof text === "string") return { stored, state: readState(text), problem: "" };
    return { stored: null, state: readState(""), problem: `The scenario ${name} was not saved by this page and cannot be drawn here.` };
  } catch (error) {
    return { stored: null, state: readState(""), problem: error instanceof Error ? error.message : String(error) };
  }
}

export interface Saved {
  /** The address of a state: short where it is stored just so. */
  addressOf(state: State): string;
}

export function makeSaved(state: State, first: Stored | null, changed: () => void): Saved {
  const title = document.querySelector<HTMLInputElement>("#title")!;
  const save = document.querySelector<HTMLButtonElement>("#save")!;
  const said = document.querySelector<HTMLElement>("#saved-said")!;
  const list = document.querySelector<HTMLElement>("#saved")!;
  let stored: { name: string; version: number; text: string } | null = null;

  function take(kept: Stored): void {
    stored = { name: kept.name, version: kept.version, text: writeState(state) };
    title.value = kept.title;
  }

  async function keep(): Promise<void> {
    const name = nameFor(title.value);
    if (name === "") return void (said.textContent = "Give it a name with a letter or a digit.");
    save.disabled = true;
    try {
      const after = stored?.name === name ? stored.version : null;
      take(await store(name, scenarioOf(state, title.value.trim()), { state: writeState(state) }, after));
      said.textContent = `Saved as ${name}, version ${stored?.version ?? 1}.`;
      changed();
      await show();
    } catch (error) {
      if (error instanceof Refused && error.status === 409) said.textContent = `${name} is there already: open it to go on with it, or choose another name.`;
      else if (error instanceof Refused && error.status === 412) said.textContent = `Somebody has saved ${name} since it was opened here: open it again, or choose another name.`;
      else said.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      save.disabled = false;
    }
  }

  async function show(): Promise<void> {
    try {
      list.replaceChildren(...(await fetchStoredList()).map(drawEntry));
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  function drawEntry(entry: StoredEntry): HTMLLIElement {
    const item = document.createElement("li");
    const open = document.createElement("button");
    open.type = "button";
    open.textContent = entry.title;
    open.addEventListener("click", () => {
      location.hash = `scenario=${entry.name}`;
      location.reload();
    });
    const about = document.createElement("span");
    about.textContent = `${entry.name}, version ${entry.version}, ${entry.changed_at.slice(0, 10)}`;
    item.append(open, about);
    return item;
  }

  if (first !== null) take(first);
  save.addEventListener("click", () => void keep());
  void show();
  return {
    addressOf(now): string {
      const text = writeState(now);
      return stored?.text === text ? `scenario=${stored.name}` : text;
    },
  };
}

/** A title as the name of an address: small letters, digits and dashes. */
function nameFor(text: string): string {
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 64).replace(/-+$/, "");
}
