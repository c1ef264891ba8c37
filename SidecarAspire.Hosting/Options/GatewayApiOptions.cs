namespace SidecarAspire.Hosting;

/// <summary>The Gateway API component. It is written beside the plain manifests and takes effect only where it is used.</summary>
public sealed class GatewayApiOptions
{
    /// <summary>The Gateway the route belongs to. Default: <c>gateway</c>.</summary>
    public string Name { get; set; } = "gateway";

    /// <summary>The Gateway's namespace. Default: the application's.</summary>
    public string? Namespace { get; set; }

    /// <summary>The Gateway's listener. Default: all that fit.</summary>
    public string? SectionName { get; set; }

    /// <summary>The host names whose requests it routes. Default: all that the listener has.</summary>
    public IList<string> Hostnames { get; } = [];
}
