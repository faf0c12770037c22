import { Page } from "@/components/page";
export function StorePage() {
  return <Page title="x">x</Page>;
}
