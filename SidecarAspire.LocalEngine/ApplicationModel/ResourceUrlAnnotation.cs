using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A link that the dashboard shows for a resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>Where among the resource's links it stands; higher comes first.</summary>
    [SuppressMessage("Design", "CA1051", Justification = "A field in Aspire's API too.")]
    public int? DisplayOrder;

    /// <summary>The address.</summary>
    public required string Url { get; set; }

    /// <summary>What is shown instead of the address.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint whose address it is, if it is one's.</summary>
    public EndpointReference? Endpoint { get; init; }

    /// <summary>Whether it is shown in the list of resources or only in a resource's details.</summary>
    public UrlDisplayLocation DisplayLocation { get; set; }
}
