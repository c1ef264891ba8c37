namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where an endpoint is while the application runs.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="address">The host name or address.</param>
/// <param name="port">The port that others dial.</param>
/// <param name="targetPortExpression">The port at which the resource itself listens, or the orchestrator's expression for it.</param>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>The host name or address.</summary>
    public string Address { get; } = address;

    /// <summary>The port that others dial.</summary>
    public int Port { get; } = port;

    /// <summary>The port at which the resource itself listens, or the orchestrator's expression for it.</summary>
    public string? TargetPortExpression { get; } = targetPortExpression;

    /// <summary>The URL scheme.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>Address and port.</summary>
    public string EndPointString => $"{Address}:{Port}";

    /// <summary>Scheme, address and port.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc />
    public override string ToString() => UriString;
}
