import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconExternalLink,
  IconEye,
  IconEyeOff,
  IconKey,
  IconRefresh,
  IconShoppingCartCheck,
  IconSun,
} from "@tabler/icons-react";
import { useState } from "react";
import { CopyButton } from "@/components/copy-button";
import { Panel } from "@/components/page/panel";
import { addressAt } from "@/domain/stores/hosts";
import { isApiError } from "@/lib/api/api-error";
import type { Credentials, Store } from "@/lib/api/types";
import {
  useCredentials,
  useLoginLink,
  useNewPassword,
  useStoreCheck,
  useStoreMethod,
} from "../api/store-actions";
import { CheckResult } from "./check-result";
import { Expiry } from "./expiry";
import classes from "./ready-card.module.css";

interface ReadyCardProps {
  store: Store;
  mayChange: boolean;
}

function complain(error: unknown) {
  notifications.show({
    color: "red",
    title: isApiError(error) ? error.message : "That did not work",
    message: isApiError(error) ? error.remedy : "Try again in a few seconds.",
  });
}

/** Where the store is and how to get into it. */
export function ReadyCard({ store, mayChange }: ReadyCardProps) {
  const login = useLoginLink(store.name);
  const credentials = useCredentials(store.name);
  const newPassword = useNewPassword(store.name);
  const [shown, setShown] = useState<Credentials>();
  const check = useStoreCheck(store.name);

  const logIn = () => {
    // Opened by the click itself: a window opened after the answer would be blocked.
    const page = window.open("about:blank", "_blank");
    if (page) page.opener = null;
    login.mutate(undefined, {
      onSuccess: ({ url }) => {
        if (page) page.location.href = url;
        else location.assign(url);
      },
      onError: (error) => {
        page?.close();
        complain(error);
      },
    });
  };

  return (
    <Panel>
      <div className={classes.card}>
        <dl className={classes.places}>
          {store.url ? <Place label="Storefront" url={store.url} /> : null}
          {store.hosts.map((host) => (
            <Place key={host} label="Also at" url={addressAt(host, store.url)} />
          ))}
          {store.adminUrl ? <Place label="Administration" url={store.adminUrl} /> : null}
        </dl>
        {store.expiresAt ? <Expiry store={store} at={store.expiresAt} mayChange={mayChange} /> : null}
        {mayChange && store.asleep ? <Asleep store={store} /> : null}
        {mayChange && !store.asleep ? (
          <div className={classes.actions}>
            <Button leftSection={<IconKey size={16} aria-hidden />} loading={login.isPending} onClick={logIn}>
              Log in as admin
            </Button>
            <Button
              variant="default"
              leftSection={shown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
              loading={credentials.isPending}
              onClick={() => {
                if (shown) setShown(undefined);
                else credentials.mutate(undefined, { onSuccess: setShown, onError: complain });
              }}
            >
              {shown ? "Hide the credentials" : "Show the credentials"}
            </Button>
            <Button
              variant="default"
              leftSection={<IconShoppingCartCheck size={16} aria-hidden />}
              loading={check.isPending}
              onClick={() => check.mutate(undefined, { onError: complain })}
            >
              Test an order
            </Button>
          </div>
        ) : null}
        {shown && !store.asleep ? (
          <div className={classes.credentials}>
            <dl>
              <Secret label="User" value={shown.username} />
              <Secret label="Password" value={shown.password} />
            </dl>
            <p className={classes.note}>This reading is in the audit log.</p>
            <div>
              <Button
                variant="default"
                size="xs"
                leftSection={<IconRefresh size={14} aria-hidden />}
                loading={newPassword.isPending}
                onClick={() => newPassword.mutate(undefined, { onSuccess: setShown, onError: complain })}
              >
                Make a new password
              </Button>
            </div>
          </div>
        ) : null}
        {check.isPending ? (
          <p className={classes.note} role="status">
            Buying something and taking it back…
          </p>
        ) : null}
        {check.data ? <CheckResult report={check.data} /> : null}
      </div>
    </Panel>
  );
}

function Asleep({ store }: { store: Store }) {
  const wake = useStoreMethod(store.name);
  return (
    <div className={classes.actions}>
      <p className={classes.note}>
        The store sleeps: nothing of it runs, and shoppers see that it is unavailable. All data is there.
      </p>
      <Button
        leftSection={<IconSun size={16} aria-hidden />}
        loading={wake.isPending}
        onClick={() => wake.mutate("wake", { onError: complain })}
      >
        Wake
      </Button>
    </div>
  );
}

function Place({ label, url }: { label: string; url: string }) {
  return (
    <div className={classes.place}>
      <dt>{label}</dt>
      <dd>
        <a href={url} target="_blank" rel="noreferrer">
          {url}
          <IconExternalLink size={14} aria-label="(opens in a new tab)" role="img" />
        </a>
        <CopyButton value={url} what="address" />
      </dd>
    </div>
  );
}

function Secret({ label, value }: { label: string; value: string }) {
  return (
    <div className={classes.place}>
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
        <CopyButton value={value} what={label.toLowerCase()} />
      </dd>
    </div>
  );
}
