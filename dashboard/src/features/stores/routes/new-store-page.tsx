import { Page } from "@/components/page";
export function NewStorePage() {
  return <Page title="x">x</Page>;
}
