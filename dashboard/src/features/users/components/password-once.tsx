import { SecretModal } from "@/components/forms/secret-modal";

interface PasswordOnceProps {
  user: string;
  password: string;
  onClose: () => void;
}

export function PasswordOnce({ user, password, onClose }: PasswordOnceProps) {
  return (
    <SecretModal title={`Password of ${user}`} secret={password} what="password" onClose={onClose}>
      <p>
        Hand it to {user} in a safe way. It is shown only this once; if it gets lost, set a new one with Edit.
      </p>
    </SecretModal>
  );
}
