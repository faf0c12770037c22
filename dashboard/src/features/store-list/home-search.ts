import { phases } from "@/domain/stores/phases";
import { type StoreFilters, sortKeys } from "@/domain/stores/store-filters";
import { choiceParam, flagParam, textParam } from "@/lib/search-params";

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
