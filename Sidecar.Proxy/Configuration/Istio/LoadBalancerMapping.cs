namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>How requests are spread over a host's targets.</summary>
internal static class LoadBalancerMapping
{
    private const string Policy = "LoadBalancing:Policy";
    private const string HashOn = "LoadBalancing:HashOn";

    /// <summary>Reads <c>loadBalancer</c>.</summary>
    /// <returns>The settings.</returns>
    public static IEnumerable<PolicySetting> Read(IstioField field)
    {
        PolicySetting[] settings = [.. Simple(field["simple"]), .. ConsistentHash(field["consistentHash"])];
        field.Close();
        return settings;
    }

    private static IEnumerable<PolicySetting> Simple(IstioField? simple)
    {
        // Envoy's least request is the choice between two.
        var policy = simple?.Text switch
        {
            null or "UNSPECIFIED" => null,
            "ROUND_ROBIN" => "roundrobin",
            "RANDOM" => "random",
            "LEAST_REQUEST" or "LEAST_CONN" => "poweroftwochoices",
            _ => "",
        };
        if (policy is "")
            simple!.Unsupported("here these are: LEAST_REQUEST, RANDOM, ROUND_ROBIN");
        return policy is null or "" ? [] : [new(Policy, policy, simple!)];
    }

    private static IEnumerable<PolicySetting> ConsistentHash(IstioField? hash)
    {
        if (hash is null)
            yield break;
        yield return new(Policy, "consistenthash", hash);
        if (hash["httpHeaderName"] is { } header)
            yield return new(HashOn, $"header:{header.Text}", header);
        if (hash["httpCookie"] is { } cookie)
        {
            if (cookie["name"] is { } name)
                yield return new(HashOn, $"cookie:{name.Text}", name);
            if (cookie["ttl"] is { } ttl)
                ttl.Unsupported("the sidecar sets no cookie to hash; Sidecar:Upstream:Affinity sets one that names the target");
            cookie.Close();
        }

        if (hash["useSourceIp"] is { } address)
            yield return new(HashOn, "address", address);
        hash.Close();
    }
}
