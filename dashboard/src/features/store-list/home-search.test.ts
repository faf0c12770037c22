import { expect, it } from "vitest";
import { homeSearch } from "./home-search";

it("takes from an address only what it understands", () => {
  expect(homeSearch({ q: 5, phase: "Nonsense", sort: "created", desc: "yes", team: ["x"] })).toEqual({
    q: "5",
    phase: undefined,
    engine: undefined,
    team: undefined,
    sort: "created",
    desc: undefined,
  });
});
