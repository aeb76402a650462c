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
