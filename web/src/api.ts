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

export interface Job {
  id: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
  progress: { stage: string; done: number; total: number };
  error: { code: string; message: string } | null;
}

export interface RankedRoad {
  properties: {
    rank: number; name: string; near: string; country: string; km: number;
    cut_off_pairs: number; longer_pairs: number; cut_off_weight: number; extra_weighted_h: number;
  };
  geometry: { type: "MultiLineString"; coordinates: [number, number][][] };
}

export interface StoredEntry {
  name: string;
  title: string;
  version: number;
  changed_at: string;
}

export interface Stored extends StoredEntry {
  scenario: Record<string, unknown>;
  page: Record<string, unknown> | null;
}

/** How far a job is, in words. */
export function describeJob({ state, progress: { stage, done, total } }: Job): string {
  if (state === "queued") return "Waiting for its turn…";
  return `${stage.charAt(0).toUpperCase()}${stage.slice(1)}${total > 1 ? `, ${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : ""}…`;
}

/** What the service refuses, with its code. */
export class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const TOKEN = "wayaround-token";
let askForToken: (wrong: boolean) => Promise<string> = () => Promise.reject(new Error("the service wants a token"));

/** Who is asked for a token where the service wants one. */
export function onTokenWanted(ask: (wrong: boolean) => Promise<string>): void {
  askForToken = ask;
}

/** The token goes into this tab's memory and nowhere else. */
export function tokenHeaders(): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

let asking: Promise<void> | null = null;

async function send(address: string, how: RequestInit = {}): Promise<Response> {
  for (;;) {
    const sent = tokenHeaders();
    const answer = await fetch(address, { ...how, headers: { ...(how.headers as Record<string, string> | undefined), ...sent } });
    if (answer.status !== 401) return answer;
    if (sent["authorization"] === tokenHeaders()["authorization"]) {
      asking ??= askForToken("authorization" in sent).then((token) => sessionStorage.setItem(TOKEN, token));
      await asking.finally(() => (asking = null));
    }
  }
}

async function refuse(answer: Response): Promise<never> {
  const content: unknown = await answer.json().catch(() => null);
  const said = (content as { message?: unknown } | null)?.message;
  throw new Refused(answer.status, typeof said === "string" ? said : `the service answered ${answer.status}`);
}

async function read<T>(answer: Response): Promise<T> {
  return answer.ok ? ((await answer.json()) as T) : refuse(answer);
}

function withBody(method: string, asked: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(asked) };
}

export async function fetchServed(): Promise<Served> {
  const { networks } = await read<{ networks: Served[] }>(await send("api/v1/networks"));
  const [first] = networks;
  if (first === undefined) throw new Error("the service serves no network");
  return first;
}

export async function fetchCrossings(): Promise<Crossing[]> {
  return (await read<{ crossings: Crossing[] }>(await send("api/v1/crossings"))).crossings;
}

export async function fetchCities(countries: string[], most: number): Promise<Cities> {
  const query = new URLSearchParams([...countries.map((each) => ["countries", each]), ["most", String(most)]]);
  return read<Cities>(await send(`api/v1/cities?${query.toString()}`));
}

export async function fetchLive(asked: unknown): Promise<LiveAnswer> {
  return read<LiveAnswer>(await send("api/v1/live", withBody("POST", asked)));
}

/** Begins a job, tells how it goes on, and gives its result; aborted, it is cancelled. */
export async function runJob<T>(kind: "rank" | "claims", asked: unknown, format: "json" | "geojson", told: (job: Job) => void, cancelled: AbortSignal): Promise<T> {
  const { job } = await read<{ job: Job }>(await send(`api/v1/${kind}`, withBody("POST", asked)));
  const address = `api/v1/jobs/${job.id}`;
  const cancel = (): void => void send(address, { method: "DELETE" });
  if (cancelled.aborted) cancel();
  cancelled.addEventListener("abort", cancel, { once: true });
  try {
    const last = await followJob(address, job, told);
    if (last.state !== "done") throw new Error(last.error?.message ?? (last.state === "cancelled" ? "Cancelled." : `The work is ${last.state}.`));
    return await read<T>(await send(`${address}/result?format=${format}`));
  } finally {
    cancelled.removeEventListener("abort", cancel);
  }
}

const GOING_ON = new Set(["queued", "running"]);

async function followJob(address: string, first: Job, told: (job: Job) => void): Promise<Job> {
  let job = first;
  told(job);
  while (GOING_ON.has(job.state)) { // a stream may end before the job does
    const answer = await send(`${address}/events`);
    if (!answer.ok || answer.body === null) return refuse(answer);
    const events = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let piece = await events.read(); !piece.done; piece = await events.read()) {
      const blocks = (text + piece.value).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const lines = block.split("\n").filter((line) => line.startsWith("data: "));
        if (lines.length > 0) told((job = JSON.parse(lines.map((line) => line.slice(6)).join("\n")) as Job));
      }
    }
    if (GOING_ON.has(job.state)) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return job;
}

export async function fetchStoredList(): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  for (;;) {
    const after = found.at(-1)?.name ?? "";
    const { scenarios } = await read<{ scenarios: StoredEntry[] }>(await send(`api/v1/scenarios?most=1000&after=${encodeURIComponent(after)}`));
    found.push(...scenarios);
    if (scenarios.length < 1000) return found;
  }
}

export async function fetchStored(name: string): Promise<Stored> {
  return read<Stored>(await send(`api/v1/scenarios/${encodeURIComponent(name)}`));
}

/** Stores a new scenario, or a version of one after the version that was read. */
export async function store(name: string, scenario: unknown, page: unknown, after: number | null): Promise<Stored> {
  return after === null
    ? read<Stored>(await send("api/v1/scenarios", withBody("POST", { name, scenario, page })))
    : read<Stored>(await send(`api/v1/scenarios/${encodeURIComponent(name)}`, withBody("PUT", { scenario, page }, { "if-match": `"${after}"` })));
}
