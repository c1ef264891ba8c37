namespace Aspire.Hosting;

/// <summary>An image's name taken apart, <c>registry/name:tag</c> or <c>registry/name@sha256:digest</c>.</summary>
/// <param name="Name">Registry and name.</param>
/// <param name="Tag">The tag; null without one.</param>
/// <param name="Sha256">The digest without <c>sha256:</c>; null without one.</param>
internal sealed record ImageReference(string Name, string? Tag, string? Sha256)
{
    private const string Digest = "sha256:";

    /// <exception cref="DistributedApplicationException">The digest is of another kind than SHA-256.</exception>
    public static ImageReference Parse(string image, string resource)
    {
        if (image.Split('@', 2) is [var withoutDigest, var digest])
        {
            return digest.StartsWith(Digest, StringComparison.Ordinal)
                ? Parse(withoutDigest, resource) with { Tag = null, Sha256 = digest[Digest.Length..] }
                : throw new DistributedApplicationException($"The image '{image}' of resource '{resource}' has a digest that does not begin with '{Digest}'.");
        }

        // A colon before the last slash belongs to a registry's port.
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/')
            ? new ImageReference(image[..colon], image[(colon + 1)..], null)
            : new ImageReference(image, null, null);
    }
}
