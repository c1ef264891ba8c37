namespace Sidecar.Proxy.Configuration.Istio;

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

    private static readonly string[] Versions = ["networking.istio.io/v1", "networking.istio.io/v1beta1", "networking.istio.io/v1alpha3"];

    private static readonly string[] MetadataFields =
        ["annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName", "generation", "labels", "managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid"];

    /// <summary>Takes a document for one of Istio's objects.</summary>
    /// <returns>The object; null when it is not Istio's, or not supported and told so.</returns>
    public static IstioObject? Of(IstioField document)
    {
        if (!document.IsMapping || document["apiVersion"] is not { } version || document["kind"] is not { } kind)
        {
            document.Bad("an object with apiVersion and kind");
            return null;
        }

        var group = version.Text.Split('/')[0];
        var isKnown = kind.Text is VirtualService or DestinationRule;
        if (kind.Text == "List")
        {
            kind.Unsupported("each object has to be a document of its own");
            return null;
        }

        if (!group.EndsWith("istio.io", StringComparison.Ordinal) && !isKnown)
            return null;
        if (!isKnown)
        {
            kind.Unsupported($"of Istio's objects these are: {VirtualService}, {DestinationRule}");
            return null;
        }

        if (!Versions.Contains(version.Text))
            version.Bad($"one of {string.Join(", ", Versions)}");
        // What the API server adds to an object that is fetched from it.
        _ = document["status"];
        return Of(document, kind.Text);
    }

    private static IstioObject? Of(IstioField document, string kind)
    {
        var (metadata, spec) = (document["metadata"], document["spec"]);
        var (name, space) = (metadata?["name"], metadata?["namespace"]);
        foreach (var field in MetadataFields)
            _ = metadata?[field];
        metadata?.Close();
        document.Close();
        if (name is not null && spec is not null)
            return new(kind, name.Text, space?.Text ?? "default", spec);
        document.Bad("an object with metadata.name and spec");
        return null;
    }
}
