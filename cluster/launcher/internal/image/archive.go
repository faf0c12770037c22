package image

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// fullReference is a name that says where it is from and which version: that of an archive written
// by buildah, podman or skopeo. A bare "latest" is only a version.
var fullReference = regexp.MustCompile(`^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+(:[\w.-]+|@sha256:[0-9a-f]{64})$`)

// Normalize copies a docker or OCI archive, compressed or not, and returns the names of its images.
// In an OCI archive it writes the images' full names to where containerd looks for them.
func Normalize(out io.Writer, in io.Reader) (references []string, err error) {
	plain, err := decompress(in)
	if err != nil {
		return nil, err
	}
	reader, writer := tar.NewReader(plain), tar.NewWriter(out)
	found := map[string]bool{}
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not an image archive: %w", err)
		}
		var names []string
		switch strings.TrimPrefix(header.Name, "./") {
		case "index.json":
			text, err := io.ReadAll(reader)
			if err != nil {
				return nil, err
			}
			if text, names, err = nameImages(text); err != nil {
				return nil, err
			}
			if err := addFile(writer, "index.json", 0o644, text); err != nil {
				return nil, err
			}
		case "manifest.json":
			text, err := io.ReadAll(reader)
			if err != nil {
				return nil, err
			}
			names = dockerNames(text)
			if err := addFile(writer, "manifest.json", 0o644, text); err != nil {
				return nil, err
			}
		default:
			if err := writer.WriteHeader(header); err != nil {
				return nil, err
			}
			if _, err := io.Copy(writer, reader); err != nil {
				return nil, err
			}
		}
		for _, name := range names {
			if !found[name] {
				found[name] = true
				references = append(references, name)
			}
		}
	}
	if len(references) == 0 {
		return nil, errors.New("the archive names no image (write it with a full name, such as localhost/storefleet/web:1)")
	}
	return references, writer.Close()
}

func decompress(in io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(in, 1<<20)
	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		return gzip.NewReader(buffered)
	}
	return buffered, nil
}

// nameImages gives every manifest of an OCI index with a full name the annotation that containerd reads.
func nameImages(text []byte) ([]byte, []string, error) {
	var index map[string]any
	if err := json.Unmarshal(text, &index); err != nil {
		return nil, nil, fmt.Errorf("index.json: %w", err)
	}
	var names []string
	manifests, _ := index["manifests"].([]any)
	for _, item := range manifests {
		manifest, _ := item.(map[string]any)
		annotations, _ := manifest["annotations"].(map[string]any)
		name, _ := annotations[nameAnnotation].(string)
		if reference, _ := annotations[refAnnotation].(string); name == "" && fullReference.MatchString(reference) {
			name = reference
			annotations[nameAnnotation] = name
		}
		if name != "" {
			names = append(names, name)
		}
	}
	text, err := json.Marshal(index)
	return text, names, err
}

// dockerNames are the images' names in a docker archive, as containerd will call them.
func dockerNames(text []byte) []string {
	var manifests []struct{ RepoTags []string }
	if json.Unmarshal(text, &manifests) != nil {
		return nil
	}
	var names []string
	for _, manifest := range manifests {
		for _, tag := range manifest.RepoTags {
			names = append(names, withDomain(tag))
		}
	}
	return names
}

func withDomain(name string) string {
	first, _, ok := strings.Cut(name, "/")
	switch {
	case !ok:
		return "docker.io/library/" + name
	case first == "localhost" || strings.ContainsAny(first, ".:"):
		return name
	default:
		return "docker.io/" + name
	}
}
