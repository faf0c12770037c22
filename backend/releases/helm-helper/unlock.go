package main

import (
	"helm.sh/helm/v4/pkg/release/common"
)

// unlock frees a release whose last operation never ended, because the process that ran it died, or whose
// uninstall somebody began by hand: whoever installs a release wants it. The caller holds the release's lane,
// so no operation of this process can be the owner; the controller that starts this process is the elected
// leader, so there is no other. The record is marked failed, and the caller writes the next revision.
func unlock(history *History) error {
	last := history.Last()
	if last == nil {
		return nil
	}
	status := last.Info.Status
	if status.IsPending() || status == common.StatusUninstalling || status == common.StatusUninstalled {
		return history.Mark(last, common.StatusFailed, "Interrupted while "+status.String())
	}
	return nil
}
