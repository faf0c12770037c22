import { choiceParam, flagParam, textParam } from "@/lib/search-params";
import { phases } from "../phases";
import { type StoreFilters, sortKeys } from "../store-filters";

/** Filters and order of the list are in the address, so that they can be shared and survive a reload. */
export function homeSearch(search: Record<string, unknown>): StoreFilters {
  return {
    q: textParam(search.q),
    phase: choiceParam(search.phase, phases),
    engine: textParam(search.engine),
    team: textParam(search.team),
    sort: choiceParam(search.sort, sortKeys),
    desc: flagParam(search.desc),
  };
}
