/** Which roads would hurt most if they were lost: ranked by the service, drawn on the map and listed beside it. */

import { describeJob, runJob } from "./api";
import type { Cities, RankedRoad } from "./api";
import { closuresOf, countriesOf } from "./state";
import type { State } from "./state";

const TOP = 60;

export interface RankMap {
  showRanked(roads: RankedRoad[], picked: (row: number) => void): void;
  flyToRanked(row: number): void;
}

export function nameRoad({ properties: { name, near } }: RankedRoad): string {
  return /^(section of )?link \d+$/.test(name) ? near : `${name}, ${near}`;
}

export function makeRanking(state: State, cities: () => Cities | null, map: RankMap): void {
  const start = document.querySelector<HTMLButtonElement>("#rank")!;
  const clear = document.querySelector<HTMLButtonElement>("#rank-clear")!;
  const unit = document.querySelector<HTMLSelectElement>("#rank-unit")!;
  const bar = document.querySelector<HTMLProgressElement>("#rank-progress")!;
  const said = document.querySelector<HTMLElement>("#rank-said")!;
  const list = document.querySelector<HTMLElement>("#ranked")!;
  let running: AbortController | null = null;

  function show(roads: RankedRoad[]): void {
    map.showRanked(roads, (row) => {
      const item = list.children[row]?.querySelector("button");
      item?.scrollIntoView({ block: "nearest" });
      item?.focus();
    });
    list.replaceChildren(...roads.map(drawRoad));
    list.parentElement!.hidden = roads.length === 0;
    clear.hidden = roads.length === 0;
  }

  function drawRoad(road: RankedRoad, row: number): HTMLLIElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = nameRoad(road);
    button.addEventListener("click", () => map.flyToRanked(row));
    const loss = document.createElement("span");
    loss.textContent = describeLoss(road);
    item.append(button, loss);
    return item;
  }

  async function run(): Promise<void> {
    running = new AbortController();
    start.textContent = "Cancel";
    bar.hidden = false;
    show([]);
    try {
      const smallest = Math.min(...(cities()?.people ?? []));
      const countries = countriesOf(state);
      const scenario = {
        title: "What would hurt most",
        closures: closuresOf(state),
        trips: {
          cities: { min_population: Math.max(Number.isFinite(smallest) ? smallest : 100_000, 1000), ...(countries.length === 0 ? {} : { countries }) },
        },
        ...(state.day === "" ? {} : { date: state.day }),
      };
      const { features } = await runJob<{ features: RankedRoad[] }>(
        "rank",
        { scenario, unit: unit.value, top: TOP },
        "geojson",
        (job) => {
          said.textContent = describeJob(job);
          if (job.progress.total > 1) [bar.max, bar.value] = [job.progress.total, job.progress.done];
          else bar.removeAttribute("value");
        },
        running.signal,
      );
      show(features);
      said.textContent = features.length === 0 ? "No road matters to these journeys." : `The first ${features.length}; thicker and darker hurts more.`;
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      running = null;
      start.textContent = "Rank";
      bar.hidden = true;
    }
  }

  start.addEventListener("click", () => (running === null ? void run() : running.abort()));
  clear.addEventListener("click", () => {
    show([]);
    said.textContent = "";
  });
}

export function describeLoss({ properties: { cut_off_pairs: cut, longer_pairs: longer, km } }: RankedRoad): string {
  const losses = [cut > 0 ? `cuts off ${cut.toLocaleString("en")}` : "", longer > 0 ? `lengthens ${longer.toLocaleString("en")}` : ""].filter((each) => each !== "");
  return `${losses.join(", ")} journeys; ${km.toFixed(0)} km`;
}
