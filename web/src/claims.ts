/** A text beside the map: what it says of the roads, whether they agree, and the ways by which that was found. */

import { describeJob, describeWay, runJob } from "./api";
import type { Evidence, Verdict } from "./api";
import { scenarioOf } from "./state";
import type { State } from "./state";

export function makeClaims(state: State, showWays: (ways: Evidence[]) => void): void {
  const text = document.querySelector<HTMLTextAreaElement>("#text")!;
  const check = document.querySelector<HTMLButtonElement>("#check")!;
  const said = document.querySelector<HTMLElement>("#checked")!;
  const list = document.querySelector<HTMLElement>("#verdicts")!;

  let running: AbortController | null = null;

  async function run(): Promise<void> {
    running = new AbortController();
    check.textContent = "Cancel";
    said.textContent = "Reading…";
    list.replaceChildren();
    showWays([]);
    try {
      const { claims: verdicts } = await runJob<{ claims: Verdict[] }>(
        "claims",
        { text: text.value, scenario: scenarioOf(state, "A text beside the map") },
        "json",
        (job) => (said.textContent = describeJob(job)),
        running.signal,
      );
      said.textContent = verdicts.length === 0 ? "Nothing that it says can be held against the roads." : count(verdicts);
      list.replaceChildren(...verdicts.map(draw));
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      running = null;
      check.textContent = "Check it";
    }
  }

  function draw(verdict: Verdict): HTMLLIElement {
    const item = document.createElement("li");
    const details = document.createElement("details");
    const head = document.createElement("summary");
    const mark = document.createElement("strong");
    mark.textContent = verdict.verdict;
    mark.dataset["verdict"] = verdict.verdict;
    const quote = document.createElement("q");
    quote.textContent = verdict.text;
    head.append(mark, " ", quote);
    details.append(head);
    const by = verdict.speaker === null ? "" : `${verdict.speaker}: `;
    for (const line of [`${by}${verdict.reason}`, ...verdict.evidence.map(describeWay)]) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      details.append(paragraph);
    }
    details.addEventListener("toggle", () => {
      if (!details.open) return void (list.querySelector("details[open]") === null && showWays([]));
      for (const other of list.querySelectorAll("details[open]")) if (other !== details) (other as HTMLDetailsElement).open = false;
      showWays(verdict.evidence);
    });
    item.append(details);
    return item;
  }

  check.addEventListener("click", () => (running === null ? void run() : running.abort()));
}

function count(verdicts: Verdict[]): string {
  const counts = new Map<string, number>();
  for (const each of verdicts) counts.set(each.verdict, (counts.get(each.verdict) ?? 0) + 1);
  return [...counts].map(([verdict, number]) => `${number} ${verdict}`).join(", ");
}
