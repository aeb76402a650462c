/** What the service answers, and how it is asked. */

export interface Way {
  km: number;
  h: number;
  crossings: string[];
  line: [number, number][];
}

export interface PairAnswer {
  problem?: string;
  places?: { name: string; lat: number; lon: number }[];
  before?: Way | null;
  after?: Way | null;
  inside?: boolean[];
}

export interface LiveAnswer {
  extra_s: number[];
  lost_percent: number[];
  inside: number[];
  pairs: { total: number; longer: number; cut_off: number; already_cut_off: number; inside_zone: number };
  mean_extra_h: number;
  asked_again: number;
  closures: { id: string; links: number; why_not_in_force: string | null; warnings: string[] }[];
  pair: PairAnswer | null;
  ms: number;
}

export interface Cities {
  name: string[];
  country: string[];
  people: number[];
  lat: number[];
  lon: number[];
  off_network: string[];
}

export interface Crossing {
  id: string;
  name: string;
  countries: string[];
  links: number[];
  lat: number;
  lon: number;
}

export interface Served {
  name: string;
  profile: string;
  links: number;
  attribution: string;
}

export interface Evidence {
  label: string;
  km: number | null;
  h: number | null;
  line?: [number, number][] | null;
}

export interface Verdict {
  text: string;
  speaker: string | null;
  verdict: string;
  reason: string;
  evidence: Evidence[];
}

/** A way in words. */
export function describeWay(way: Evidence): string {
  const measures = [way.km === null ? "" : `${way.km.toFixed(0)} km`, way.h === null ? "" : `${way.h.toFixed(1)} h`].filter((each) => each !== "");
  return measures.length === 0 ? way.label : `${way.label}: ${measures.join(", ")}`;
}

async function read<T>(answer: Response): Promise<T> {
  const content: unknown = await answer.json();
  if (!answer.ok) {
    const said = (content as { message?: unknown }).message;
    throw new Error(typeof said === "string" ? said : `the service answered ${answer.status}`);
  }
  return content as T;
}

export async function fetchServed(): Promise<Served> {
  const { networks } = await read<{ networks: Served[] }>(await fetch("api/v1/networks"));
  const [first] = networks;
  if (first === undefined) throw new Error("the service serves no network");
  return first;
}

export async function fetchCrossings(): Promise<Crossing[]> {
  return (await read<{ crossings: Crossing[] }>(await fetch("api/v1/crossings"))).crossings;
}

export async function fetchCities(countries: string[], most: number): Promise<Cities> {
  const query = new URLSearchParams([...countries.map((each) => ["countries", each]), ["most", String(most)]]);
  return read<Cities>(await fetch(`api/v1/cities?${query.toString()}`));
}

function post(address: string, asked: unknown): Promise<Response> {
  return fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) });
}

export async function fetchLive(asked: unknown): Promise<LiveAnswer> {
  return read<LiveAnswer>(await post("api/v1/live", asked));
}

export async function fetchVerdicts(scenario: unknown): Promise<Verdict[]> {
  return (await read<{ claims: Verdict[] }>(await post("api/v1/assess", scenario))).claims;
}
