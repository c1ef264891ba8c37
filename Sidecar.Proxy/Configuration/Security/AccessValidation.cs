namespace Sidecar.Proxy.Configuration.Security;

/// <summary>Finds rules that nobody can meet because what they ask for is not configured, and headers that are meant to be two things.</summary>
internal static class AccessValidation
{
    /// <summary>Looks at every rule.</summary>
    /// <returns>What is wrong.</returns>
    public static IEnumerable<ValidationResult> Validate(SidecarOptions options)
    {
        var security = options.Security;
        if (security is { ApiKeys: { } keys, Jwt: { } jwt })
        {
            const string Header = $"{nameof(SidecarOptions.Security)}:{nameof(SecurityOptions.ApiKeys)}:{nameof(ApiKeyOptions.Header)}";
            if (keys.Header.Equals(jwt.Header, StringComparison.OrdinalIgnoreCase))
                yield return new($"another header than {SidecarOptions.Section}:Security:Jwt:Header", [Header]);
            if (new OwnedHeaders(jwt.ClaimHeaders.Keys).Contains(keys.Header))
                yield return new($"another header than those of {SidecarOptions.Section}:Security:Jwt:ClaimHeaders, which clients cannot set", [Header]);
        }

        foreach (var problem in Validate(options, security.Access, nameof(SecurityOptions.Access)))
            yield return new(problem, [nameof(SidecarOptions.Security)]);
        foreach (var route in options.Routes)
        {
            foreach (var problem in Validate(options, route.Access, $"Access of the route '{route.Name}'"))
                yield return new(problem, [nameof(SidecarOptions.Routes)]);
        }
    }

    private static IEnumerable<string> Validate(SidecarOptions options, AccessOptions? access, string where)
    {
        var security = options.Security;
        foreach (var caller in access?.Allow ?? [])
        {
            if (caller.Identities.Count > 0 && options.Listener.Tls.ClientCertificates.Mode == ClientCertificateMode.None)
                yield return $"without Identities in {where}, or with Sidecar:Listener:Tls:ClientCertificates:Mode optional or require";
            if (caller.Issuers.Count + caller.Claims.Count > 0 && security.Jwt is null)
                yield return $"without Issuers and Claims in {where}, or with Sidecar:Security:Jwt";
            else if (caller.Issuers.FirstOrDefault(name => name != "*" && !security.Jwt!.Issuers.ContainsKey(name)) is { } issuer)
                yield return $"without '{issuer}' in {where}, or with an issuer of that name under Sidecar:Security:Jwt:Issuers";
            if (caller.Keys.Count > 0 && security.ApiKeys is null)
                yield return $"without Keys in {where}, or with Sidecar:Security:ApiKeys";
            // A file may get the name later.
            else if (security.ApiKeys is { File: null } keys && caller.Keys.FirstOrDefault(name => name != "*" && keys.Entries.All(entry => entry.Name != name)) is { } key)
                yield return $"without '{key}' in {where}, or with a key of that name under Sidecar:Security:ApiKeys:Entries";
        }
    }
}
