package main

// Server-side apply leaves alone what it never set: an environment variable that somebody added stays, also
// with force. So that the object becomes what the chart says, fields of others are made the release's own
// first; the next apply then removes those that it does not have.

// isOwn says whether an entry of managedFields is that of the release's applies.
func isOwn(entry map[string]any) bool {
	return entry["manager"] == fieldManager && entry["operation"] == "Apply" && entry["subresource"] == nil
}

// foreignFields is what of an entry belongs to the release: everything but the status, the annotations and
// what else of the metadata is not labels.
func foreignFields(entry map[string]any) map[string]any {
	taken := map[string]any{}
	fields, _ := entry["fieldsV1"].(map[string]any)
	for key, below := range fields {
		switch key {
		case "f:apiVersion", "f:kind", "f:status":
		case "f:metadata":
			if labels := only(below, "f:labels"); len(labels) > 0 {
				taken[key] = labels
			}
		default:
			taken[key] = below
		}
	}
	return taken
}

// takeOver returns the managedFields in which the release owns what others set of the object, or nil where
// they set nothing. What Kubernetes itself writes into the spec of a volume claim stays its own.
func takeOver(object map[string]any) []any {
	if object["kind"] == "PersistentVolumeClaim" {
		return nil
	}
	own := map[string]any{"manager": fieldManager, "operation": "Apply", "apiVersion": object["apiVersion"],
		"fieldsType": "FieldsV1", "fieldsV1": map[string]any{}}
	taken, rest := map[string]any{}, []any{}
	for _, entry := range managers(object) {
		if isOwn(entry) {
			own = entry
			continue
		}
		foreign := foreignFields(entry)
		mergeFields(taken, foreign)
		if remaining := withoutFields(entry, foreign); remaining != nil {
			rest = append(rest, remaining)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	mergeFields(own["fieldsV1"].(map[string]any), taken)
	return append([]any{own}, rest...)
}

// withoutFields is the entry without those fields; nil where nothing is left of it.
func withoutFields(entry, taken map[string]any) map[string]any {
	fields, _ := entry["fieldsV1"].(map[string]any)
	left := map[string]any{}
	for key, below := range fields {
		if key == "f:metadata" {
			others := map[string]any{}
			nested, _ := below.(map[string]any)
			for name, content := range nested {
				if name != "f:labels" {
					others[name] = content
				}
			}
			if len(others) > 0 {
				left[key] = others
			}
		} else if _, gone := taken[key]; !gone {
			left[key] = below
		}
	}
	if len(left) == 0 {
		return nil
	}
	remaining := map[string]any{}
	for key, value := range entry {
		remaining[key] = value
	}
	remaining["fieldsV1"] = left
	return remaining
}
