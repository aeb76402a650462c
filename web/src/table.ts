/** The cities that are hit worst: sorted, filtered, linked to the map. */

import type { Cities, LiveAnswer } from "./api";

const MOST_ROWS = 100;
type Key = "name" | "extra" | "lost" | "people";

export interface Row {
  row: number;
  name: string;
  extraH: number;
  lostPercent: number;
  people: number;
  inside: boolean;
}

export interface HitTable {
  show(cities: Cities, answer: LiveAnswer): void;
  rows(): Row[];
}

export function makeTable(chosen: (row: number, text: string) => void): HitTable {
  const body = document.querySelector<HTMLTableSectionElement>("#hit tbody")!;
  const filter = document.querySelector<HTMLInputElement>("#filter")!;
  const shown = document.querySelector<HTMLElement>("#shown")!;
  let key: Key = "extra";
  let down = true;
  let all: Row[] = [];
  let waiting: number | undefined;

  function listed(): Row[] {
    const wanted = filter.value.trim().toLocaleLowerCase();
    const compare: Record<Key, (a: Row, b: Row) => number> = {
      name: (a, b) => b.name.localeCompare(a.name),
      extra: (a, b) => a.extraH - b.extraH || a.lostPercent - b.lostPercent,
      lost: (a, b) => a.lostPercent - b.lostPercent || a.extraH - b.extraH,
      people: (a, b) => a.people - b.people,
    };
    return all
      .filter((each) => each.extraH > 0 || each.lostPercent > 0 || each.inside || wanted !== "")
      .filter((each) => wanted === "" || each.name.toLocaleLowerCase().includes(wanted))
      .sort((a, b) => (down ? -1 : 1) * compare[key](a, b) || a.row - b.row);
  }

  function draw(): void {
    waiting = undefined;
    const rows = listed();
    body.replaceChildren(...rows.slice(0, MOST_ROWS).map(drawRow));
    shown.textContent =
      rows.length === 0 ? "No city is hit." : rows.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${rows.length.toLocaleString("en")}.` : `${rows.length} listed.`;
  }

  function drawRow(each: Row): HTMLTableRowElement {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = each.name;
    button.addEventListener("click", () => chosen(each.row, `${each.name}: ${said(each)}`));
    head.append(button);
    line.append(head);
    const cells = each.inside
      ? ["in zone", "", each.people.toLocaleString("en")]
      : [each.extraH.toFixed(2), each.lostPercent === 0 ? "" : `${each.lostPercent} %`, each.people.toLocaleString("en")];
    for (const text of cells) {
      const cell = document.createElement("td");
      cell.textContent = text;
      line.append(cell);
    }
    return line;
  }

  function drawSoon(): void {
    waiting ??= window.setTimeout(draw, 300);
  }

  filter.addEventListener("input", drawSoon);
  for (const button of document.querySelectorAll<HTMLButtonElement>("#hit thead button")) {
    button.addEventListener("click", () => {
      const wanted = button.dataset["sort"] as Key;
      down = wanted === key ? !down : true;
      key = wanted;
      for (const head of document.querySelectorAll("#hit thead th")) head.removeAttribute("aria-sort");
      const rising = key === "name" ? down : !down;
      button.closest("th")?.setAttribute("aria-sort", rising ? "ascending" : "descending");
      draw();
    });
  }

  return {
    show(cities, answer): void {
      const inside = new Set(answer.inside);
      all = cities.name.map((name, row) => ({
        row, name,
        extraH: (answer.extra_s[row] ?? 0) / 3600,
        lostPercent: answer.lost_percent[row] ?? 0,
        people: cities.people[row] ?? 0,
        inside: inside.has(row),
      }));
      drawSoon();
    },
    rows: listed,
  };
}

function said(each: Row): string {
  if (each.inside) return "in the zone";
  const lost = each.lostPercent === 0 ? "" : `; ${each.lostPercent} % of its journeys cut off`;
  return `${each.extraH.toFixed(2)} h longer on average${lost}`;
}
