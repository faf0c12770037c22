import { Button, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { ConfirmByName } from "@/components/forms/confirm-by-name";
import { LinkButton } from "@/components/page/link-button";
import { Panel } from "@/components/page/panel";
import { formatBytes } from "@/domain/quantity/format";
import { isApiError } from "@/lib/api/api-error";
import type { Store } from "@/lib/api/types";
import { useDeleteStore } from "../api/store-actions";
import { useUpdateStore } from "../api/update-store";
import { usageQuery } from "../api/usage";
import classes from "./danger-tab.module.css";

const route = getRouteApi("/stores/$name");

export function DangerTab({ store }: { store: Store }) {
  const [asking, setAsking] = useState(false);
  const kept = store.phase === "Retained";
  const remove = useDeleteStore(store.name);
  const update = useUpdateStore(store.name);
  const navigate = route.useNavigate();

  const outcome = {
    onSuccess: () => {
      setAsking(false);
      void navigate({ search: {} });
    },
    onError: (error: Error) =>
      notifications.show({
        color: "red",
        title: isApiError(error) ? error.message : "The store could not be deleted",
        message: isApiError(error) ? error.remedy : "Try again in a few seconds.",
      }),
  };
  // One that is kept was deleted already: without its protection it goes.
  const confirm = () =>
    kept
      ? update.mutate({ change: { deletionPolicy: "Delete" }, etag: undefined }, outcome)
      : remove.mutate(undefined, outcome);

  if (store.phase === "Deleting") {
    return (
      <Panel title="Delete this store">
        <p className={classes.text}>It is being deleted. The overview shows the teardown step by step.</p>
        <LinkButton to="/stores/$name" params={{ name: store.name }} search={{}} variant="default">
          Watch the teardown
        </LinkButton>
      </Panel>
    );
  }
  return (
    <Panel title="Delete this store" tone="negative">
      <p className={classes.text}>
        Everything of it goes: the shop with its orders and customers, its database and files. Nobody can
        bring it back. The name is free again afterwards.
      </p>
      {kept ? null : <DeleteProtection store={store} />}
      <Button
        color="red"
        disabled={!kept && store.deletionPolicy === "Retain"}
        onClick={() => setAsking(true)}
      >
        Delete {store.name}
      </Button>
      <ConfirmByName
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${store.name}?`}
        name={store.name}
        action="Delete for ever"
        busy={remove.isPending || update.isPending}
        onConfirm={confirm}
      >
        <WhatGoes store={store} />
      </ConfirmByName>
    </Panel>
  );
}

function DeleteProtection({ store }: { store: Store }) {
  const update = useUpdateStore(store.name);
  return (
    <Switch
      className={classes.protection}
      label="Delete protection"
      description={
        store.expiresAt
          ? "A store that deletes itself cannot be protected."
          : "While it is on, nobody can delete this store here, by the API or on the command line."
      }
      checked={store.deletionPolicy === "Retain"}
      disabled={update.isPending || store.expiresAt !== undefined}
      onChange={(event) =>
        update.mutate(
          { change: { deletionPolicy: event.currentTarget.checked ? "Retain" : "Delete" }, etag: undefined },
          {
            onError: (error) =>
              notifications.show({
                color: "red",
                title: isApiError(error) ? error.message : "The protection could not be changed",
                message: isApiError(error) ? error.remedy : "Try again in a few seconds.",
              }),
          },
        )
      }
    />
  );
}

function WhatGoes({ store }: { store: Store }) {
  const { data: usage } = useQuery(usageQuery(store.name));
  const storage = usage?.volumes.reduce(
    (sum, volume) => sum + (volume.capacityBytes ?? volume.requestedBytes),
    0,
  );
  return (
    <div className={classes.goes}>
      <p>This deletes, without a way back:</p>
      <ul>
        <li>the shop “{store.title || store.name}” with all products, orders and customers</li>
        <li>
          its database and files
          {usage && usage.volumes.length > 0
            ? `: ${usage.volumes.length} volumes, ${formatBytes(storage ?? 0)}`
            : ""}
        </li>
        {store.url ? <li>the address {store.url}</li> : null}
        {store.hosts.map((host) => (
          <li key={host}>the address {host}</li>
        ))}
        <li>
          passwords, keys
          {store.namespace ? <> and everything else in the namespace {store.namespace}</> : null}
        </li>
      </ul>
      <p className={classes.stays}>Its events and the receipt of the teardown stay.</p>
    </div>
  );
}
