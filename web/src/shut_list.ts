/** What is shut beside the zone: each area, crossing and road with what holds there, from when and until when. */

import type { Crossing } from "./api";
import type { Drawing } from "./drawing";
import type { Dates, Shut, State } from "./state";

const WAITS = [["", "shut"], ["1", "1 h wait"], ["3", "3 h wait"], ["6", "6 h wait"], ["12", "12 h wait"], ["24", "24 h wait"]] as const;

export function listShut(list: HTMLElement, state: State, crossings: Crossing[], drawing: Drawing, open: (shut: Shut) => void, changed: () => void): void {
  const areas = state.areas.map((area, row) => {
    const name = `Area ${row + 1}`;
    const corners = document.createElement("span");
    return item(`${name}, ${area.ring.length} corners`, name, corners, button("Remove", `Remove ${name}`, () => drawing.remove(row)), area, () =>
      drawing.setDates(row, area),
    );
  });
  const places = state.shut.map((each) => {
    const name = each.kind === "crossing" ? (crossings.find((other) => other.id === each.id)?.name ?? each.id) : `road ${each.id}`;
    const how = document.createElement("select");
    how.setAttribute("aria-label", `What holds at ${name}`);
    for (const [value, text] of WAITS) how.append(new Option(text, value, false, value === (each.waitH === null ? "" : String(each.waitH))));
    how.addEventListener("change", () => {
      each.waitH = how.value === "" ? null : Number(how.value);
      changed();
    });
    return item(name, name, how, button("Open again", `Open again: ${name}`, () => open(each)), each, changed);
  });
  list.replaceChildren(...areas, ...places);
}

function item(text: string, name: string, how: HTMLElement, remove: HTMLElement, dates: Dates, changed: () => void): HTMLLIElement {
  const line = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = text;
  line.append(label, how, remove, datesOf(name, dates, changed));
  return line;
}

function datesOf(name: string, dates: Dates, changed: () => void): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const say = (): void => {
    const told = [dates.from === "" ? "" : `from ${dates.from}`, dates.until === "" ? "" : `until ${dates.until}`].filter((each) => each !== "");
    summary.textContent = told.length === 0 ? "Dates" : told.join(" ");
  };
  const two = document.createElement("div");
  two.className = "two";
  for (const [key, text] of [["from", "in force from"], ["until", "until"]] as const) {
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.type = "date";
    field.value = dates[key];
    field.setAttribute("aria-label", `${name}: ${text}`);
    field.addEventListener("change", () => {
      dates[key] = field.value;
      say();
      changed();
    });
    label.append(text, " ", field);
    two.append(label);
  }
  say();
  details.append(summary, two);
  return details;
}

function button(text: string, label: string, pressed: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", pressed);
  return made;
}
