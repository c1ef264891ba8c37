namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>One of Istio's objects.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Namespace">Where it is.</param>
/// <param name="Spec">What it says.</param>
internal sealed record IstioObject(string Kind, string Name, string Namespace, IstioField Spec)
{
    /// <summary>The kind that routes.</summary>
    public const string VirtualService = "VirtualService";

    /// <summary>The kind that says how hosts are reached.</summary>
    public const string DestinationRule = "DestinationRule";

    /// <summary>Takes a document for one of Istio's objects.</summary>
    /// <param name="document">The document.</param>
    /// <returns>The object; null when it is not Istio's, or not supported and told so.</returns>
    public static IstioObject? Of(IstioField document)
    {
        if (!document.IsMapping || document["apiVersion"] is not { } version || document["kind"] is not { } kind)
        {
            document.Bad("an object with apiVersion and kind");
            return null;
        }

        var group = version.Text.Split('/')[0];
        if (!group.EndsWith("istio.io", StringComparison.Ordinal))
            return null;
        if (group != "networking.istio.io" || kind.Text is not (VirtualService or DestinationRule))
        {
            kind.Unsupported($"of Istio's objects these are: {VirtualService}, {DestinationRule}");
            return null;
        }

        if (document["metadata"]?["name"] is { } name && document["spec"] is { } spec)
            return new(kind.Text, name.Text, document["metadata"]?["namespace"]?.Text ?? "default", spec);
        document.Bad("an object with metadata.name and spec");
        return null;
    }
}
