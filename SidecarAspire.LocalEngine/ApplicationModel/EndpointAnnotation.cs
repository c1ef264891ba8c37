using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One address at which a resource listens.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? _port;
    private int? _targetPort;

    /// <summary>Describes an endpoint.</summary>
    /// <param name="protocol">The transport protocol.</param>
    /// <param name="uriScheme">The URL scheme, such as <c>http</c>; the protocol's name when not given.</param>
    /// <param name="transport">The application protocol, such as <c>http</c> or <c>http2</c>; follows from the scheme when not given.</param>
    /// <param name="name">The endpoint's name; the scheme when not given.</param>
    /// <param name="port">The port that others dial; any free one when not given.</param>
    /// <param name="targetPort">The port at which the resource itself listens; any free one when not given.</param>
    /// <param name="isExternal">Whether it is reachable from outside once published.</param>
    /// <param name="isProxied">Whether the orchestrator listens at <paramref name="port"/> and forwards to the resource; true when not given.</param>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : protocol == ProtocolType.Udp ? "udp" : "tcp");
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied ?? true;
    }

    /// <summary>The endpoint's name, unique in its resource.</summary>
    public string Name { get; set; }

    /// <summary>The transport protocol.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The port that others dial, which without a proxy is <see cref="TargetPort"/>; null: any free one.</summary>
    public int? Port
    {
        get => _port ?? (IsProxied ? null : _targetPort);
        set => _port = value;
    }

    /// <summary>The port at which the resource itself listens, which without a proxy is <see cref="Port"/>; null: any free one.</summary>
    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied ? null : _port);
        set => _targetPort = value;
    }

    /// <summary>The host name at which the resource listens; default <c>localhost</c>.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>The URL scheme.</summary>
    public string UriScheme { get; set; }

    /// <summary>The application protocol.</summary>
    public string Transport { get; set; }

    /// <summary>Whether the endpoint is reachable from outside once published.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Whether the orchestrator listens at the port and forwards to the resource.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Where the endpoint is while the application runs; null before that is known.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Task.IsCompletedSuccessfully ? _allocated.Task.Result : null;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _allocated.TrySetResult(value);
        }
    }

    /// <summary>Whether the endpoint came with a project's launch profile, which AppHost.cs may overrule.</summary>
    internal bool IsFromLaunchProfile { get; init; }

    /// <summary>Completes once the endpoint has an address.</summary>
    internal Task<AllocatedEndpoint> WhenAllocated => _allocated.Task;
}
