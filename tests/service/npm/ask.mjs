// What OSRM's clients from npm make of the service at the address that the command names, as one JSON object.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { OSRM: RestClient } = require("osrm-rest-client");
const { OSRM: RoutingJs } = require("@routingjs/osrm");
const instructions = require("osrm-text-instructions")("v5");

const url = process.argv[2];
const damascus = [36.292, 33.513], baghdad = [44.366, 33.315], amman = [35.93, 31.95];

const rest = RestClient({ osrm: url });
const route = await rest.route({ coordinates: [damascus, baghdad], steps: true, annotations: true, geometries: "geojson", overview: "full" });
const table = await rest.table({ coordinates: [damascus, baghdad, amman], sources: [0], destinations: [1, 2] });
const nearest = await rest.nearest({ coordinates: [damascus], number: 3 });
const refused = await rest.route({ coordinates: [damascus, [-30, 0]] }).then((answer) => answer.code, String);
const said = route.routes[0].legs[0].steps.map((step) => instructions.compile("en", step, {}));

const flip = ([lon, lat]) => [lat, lon];
const routing = new RoutingJs({ baseUrl: url });
const ways = await routing.directions([damascus, amman, baghdad].map(flip), "driving", { steps: true, alternatives: false });
const matrix = await routing.matrix([damascus, baghdad].map(flip), "driving");

console.log(JSON.stringify({
  rest: {
    km: route.routes[0].distance / 1000,
    points: route.routes[0].geometry.coordinates.length,
    pieces: route.routes[0].legs[0].annotation.duration.length,
    durations: table.durations,
    nearest: nearest.waypoints.length,
    refused,
    said,
  },
  routingjs: {
    km: ways.directions.map((way) => way.feature.properties.distance / 1000),
    legs: ways.raw.routes[0].legs.length,
    durations: matrix.durations,
  },
}));
