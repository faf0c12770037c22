package main

import (
	"context"

	"helm.sh/helm/v4/pkg/release/common"
)

// unlock frees a release whose last operation never ended, because the process that ran it died. The
// caller holds the release's lane, so no operation of this process can be the owner; the controller
// that starts this process is the elected leader, so there is no other.
//
//	pending-install, pending-upgrade, pending-rollback → failed, and the caller writes the next revision
//	uninstalling, uninstalled → the uninstall is finished, and no record is left
func (r *Releases) unlock(ctx context.Context, history *History) error {
	last := history.Last()
	switch {
	case last == nil:
		return nil
	case last.Info.Status.IsPending():
		return history.Mark(last, common.StatusFailed, "Interrupted while "+last.Info.Status.String())
	case last.Info.Status == common.StatusUninstalling || last.Info.Status == common.StatusUninstalled:
		_, err := r.uninstall(ctx, history)
		return err
	}
	return nil
}
