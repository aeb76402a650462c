/** Circles on the globe. */

const EARTH_KM = 6371.0088;

export function circleRing(lat: number, lon: number, radiusKm: number, sides = 128): [number, number][] {
  const reach = radiusKm / EARTH_KM;
  const phi = (lat * Math.PI) / 180;
  const ring: [number, number][] = [];
  for (let side = 0; side <= sides; side++) {
    const azimuth = (side / sides) * 2 * Math.PI;
    const sine = Math.sin(phi) * Math.cos(reach) + Math.cos(phi) * Math.sin(reach) * Math.cos(azimuth);
    const turn = Math.atan2(Math.sin(azimuth) * Math.sin(reach) * Math.cos(phi), Math.cos(reach) - Math.sin(phi) * sine);
    ring.push([lon + (turn * 180) / Math.PI, (Math.asin(sine) * 180) / Math.PI]);
  }
  return ring;
}

/** A point moved by kilometres north and east. */
export function moveBy(lat: number, lon: number, northKm: number, eastKm: number): { lat: number; lon: number } {
  const degrees = 180 / Math.PI / EARTH_KM;
  return keepOnMap(lat + northKm * degrees, lon + (eastKm * degrees) / Math.max(Math.cos((lat * Math.PI) / 180), 0.05));
}

export function keepOnMap(lat: number, lon: number): { lat: number; lon: number } {
  return { lat: Math.min(Math.max(lat, -80), 80), lon: ((((lon + 180) % 360) + 360) % 360) - 180 };
}

/** A place in Mercator's square, whose sides are 1 and whose upper left corner is at 180° W. */
export function mercator(lon: number, lat: number): [number, number] {
  const phi = (Math.min(Math.max(lat, -85.0511), 85.0511) * Math.PI) / 180;
  return [(lon + 180) / 360, (1 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / Math.PI) / 2];
}

export function distanceKm(lat: number, lon: number, otherLat: number, otherLon: number): number {
  const [phi, other] = [(lat * Math.PI) / 180, (otherLat * Math.PI) / 180];
  const half = Math.sin((other - phi) / 2) ** 2 + Math.cos(phi) * Math.cos(other) * Math.sin(((otherLon - lon) * Math.PI) / 360) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(half, 1)));
}
