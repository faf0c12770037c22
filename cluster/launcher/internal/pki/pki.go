// Package pki makes a cluster's keys and certificates once and keeps them in a folder.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"storefleet.dev/cluster/launcher/internal/layout"
)

const (
	validFor = 10 * 365 * 24 * time.Hour
	// renewBefore is how long before its end a certificate is made anew.
	renewBefore = 90 * 24 * time.Hour
)

// Folder holds NAME.crt and NAME.key files.
type Folder string

// Certificate describes what to issue.
type Certificate struct {
	Name         string   // of the files
	Authority    string   // name of the authority that signs
	CommonName   string   // the user, for a client of the API server
	Organization []string // the user's groups
	Hosts        []string // names and addresses, for a server
}

// Crt and Key are the paths of the files called name.
func (f Folder) Crt(name string) string { return filepath.Join(string(f), name+".crt") }
func (f Folder) Key(name string) string { return filepath.Join(string(f), name+".key") }

// EnsureKey makes a bare key pair, for signing tokens: NAME.key and NAME.pub.
func (f Folder) EnsureKey(name string) error {
	if _, err := os.Stat(f.Key(name)); err == nil {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	err = layout.WriteFile(filepath.Join(string(f), name+".pub"), encode("PUBLIC KEY", public), 0o644)
	return errors.Join(err, f.writeKey(name, key))
}

// EnsureAuthority makes a self-signed certificate authority.
func (f Folder) EnsureAuthority(name string) error {
	if _, _, err := f.load(name); err == nil {
		return nil
	}
	template := newTemplate(pkix.Name{CommonName: name})
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return f.write(name, template, template, key, key)
}

// Ensure issues a certificate, unless one that still fits is there.
func (f Folder) Ensure(c Certificate) error {
	authority, authorityKey, err := f.load(c.Authority)
	if err != nil {
		return err
	}
	if existing, _, err := f.load(c.Name); err == nil && existing.CheckSignatureFrom(authority) == nil && c.matches(existing) {
		return nil
	}
	template := newTemplate(pkix.Name{CommonName: c.CommonName, Organization: c.Organization})
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if len(c.Hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range c.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	return f.write(c.Name, template, authority, key, authorityKey)
}

func (c Certificate) matches(existing *x509.Certificate) bool {
	for _, host := range c.Hosts {
		if existing.VerifyHostname(host) != nil {
			return false
		}
	}
	return existing.Subject.CommonName == c.CommonName && time.Until(existing.NotAfter) > renewBefore
}

func newTemplate(subject pkix.Name) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Hour), // clocks that are set back a little
		NotAfter:     time.Now().Add(validFor),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
}

func (f Folder) write(name string, template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) error {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return err
	}
	// The key first: a certificate without its key would look complete.
	if err := f.writeKey(name, key); err != nil {
		return err
	}
	return layout.WriteFile(f.Crt(name), encode("CERTIFICATE", der), 0o644)
}

func (f Folder) writeKey(name string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return layout.WriteFile(f.Key(name), encode("EC PRIVATE KEY", der), 0o600)
}

func (f Folder) load(name string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	crt, err := os.ReadFile(f.Crt(name))
	if err != nil {
		return nil, nil, err
	}
	keyText, err := os.ReadFile(f.Key(name))
	if err != nil {
		return nil, nil, err
	}
	crtBlock, _ := pem.Decode(crt)
	keyBlock, _ := pem.Decode(keyText)
	if crtBlock == nil || keyBlock == nil {
		return nil, nil, fmt.Errorf("%s: not PEM", f.Crt(name))
	}
	certificate, err := x509.ParseCertificate(crtBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParseECPrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	if !key.PublicKey.Equal(certificate.PublicKey) {
		return nil, nil, fmt.Errorf("%s: certificate and key do not belong together", f.Crt(name))
	}
	return certificate, key, nil
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
