namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint as it is published.</summary>
public sealed class ResolvedEndpoint
{
    /// <summary>The endpoint.</summary>
    public required EndpointAnnotation Endpoint { get; init; }

    /// <summary>The port at which the resource itself listens.</summary>
    public ResolvedPort TargetPort { get; init; }

    /// <summary>The port that others dial.</summary>
    public ResolvedPort ExposedPort { get; init; }
}
