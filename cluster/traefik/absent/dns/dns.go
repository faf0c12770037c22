// Package dns stands in for the hundred DNS services that the certificate library of Traefik can talk to. Nothing here
// asks for certificates that way, and they are a third of what would be compiled.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

// NewDNSChallengeProviderByName knows no service.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("this build of Traefik is without DNS services, %s among them", name)
}
