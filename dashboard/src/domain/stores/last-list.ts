import type { StoreFilters } from "./store-filters";

let last: StoreFilters = {};

/** How the list was looked at last: what "← Stores" leads back to. */
export const lastList = {
  get: () => last,
  remember(filters: StoreFilters) {
    last = filters;
  },
};
