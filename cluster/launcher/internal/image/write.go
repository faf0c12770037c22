// Package image writes and reads container image archives: an image around one program, and the
// archives of others made ready for containerd.
package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

const (
	nameAnnotation   = "io.containerd.image.name"
	refAnnotation    = "org.opencontainers.image.ref.name"
	indexType        = "application/vnd.oci.image.index.v1+json"
	manifestType     = "application/vnd.oci.image.manifest.v1+json"
	configType       = "application/vnd.oci.image.config.v1+json"
	layerType        = "application/vnd.oci.image.layer.v1.tar"
	unprivilegedUser = "65532:65532"
)

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// WriteProgram writes an OCI archive with an image of one static program, which is its entry point.
func WriteProgram(out io.Writer, reference, program string) error {
	layer, layerDigest, err := programLayer(program)
	if err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": map[string]any{
			"User": unprivilegedUser, "WorkingDir": "/",
			"Entrypoint": []string{"/" + filepath.Base(program)},
			"Env":        []string{"PATH=/"},
		},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{layerDigest}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": manifestType,
		"config": describe(configType, config),
		"layers": []descriptor{{MediaType: layerType, Digest: layerDigest, Size: int64(len(layer))}},
	})
	if err != nil {
		return err
	}
	named := describe(manifestType, manifest)
	named.Annotations = map[string]string{nameAnnotation: reference, refAnnotation: reference}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": indexType, "manifests": []descriptor{named}})
	if err != nil {
		return err
	}
	archive := tar.NewWriter(out)
	for _, file := range []struct {
		name string
		text []byte
	}{
		{"oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		{"index.json", index},
		{blobPath(describe("", config).Digest), config},
		{blobPath(named.Digest), manifest},
		{blobPath(layerDigest), layer},
	} {
		if err := addFile(archive, file.name, 0o644, file.text); err != nil {
			return err
		}
	}
	return archive.Close()
}

// programLayer is a tar with the program and a /tmp.
func programLayer(program string) (layer []byte, digest string, err error) {
	text, err := os.ReadFile(program)
	if err != nil {
		return nil, "", err
	}
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}); err != nil {
		return nil, "", err
	}
	if err := addFile(archive, filepath.Base(program), 0o755, text); err != nil {
		return nil, "", err
	}
	if err := archive.Close(); err != nil {
		return nil, "", err
	}
	return buffer.Bytes(), describe("", buffer.Bytes()).Digest, nil
}

func addFile(archive *tar.Writer, name string, mode int64, text []byte) error {
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(text))}); err != nil {
		return err
	}
	_, err := archive.Write(text)
	return err
}

func describe(mediaType string, text []byte) descriptor {
	sum := sha256.Sum256(text)
	return descriptor{MediaType: mediaType, Digest: "sha256:" + hex.EncodeToString(sum[:]), Size: int64(len(text))}
}

func blobPath(digest string) string { return fmt.Sprintf("blobs/sha256/%s", digest[len("sha256:"):]) }
