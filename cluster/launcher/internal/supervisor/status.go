package supervisor

import (
	"encoding/json"
	"os"

	"storefleet.dev/cluster/launcher/internal/layout"
)

// Status is what the supervisor tells other commands, in a file.
type Status struct {
	Settled  bool           `json:"settled"` // the add-ons have been written
	Restarts map[string]int `json:"restarts"`
}

func statusFile(c *layout.Cluster) string { return c.Path("run", "status.json") }

// ReadStatus is what the supervisor last said.
func ReadStatus(c *layout.Cluster) Status {
	status := Status{}
	if text, err := os.ReadFile(statusFile(c)); err == nil {
		_ = json.Unmarshal(text, &status)
	}
	if status.Restarts == nil {
		status.Restarts = map[string]int{}
	}
	return status
}

func (s Status) write(c *layout.Cluster) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return layout.WriteFile(statusFile(c), text, 0o644)
}
