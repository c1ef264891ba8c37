using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>The admin port: probes, metrics, and what only an operator may see.</summary>
public sealed record AdminOptions
{
    /// <summary>The IP address to listen on, or <c>localhost</c>. Default: <c>*</c>, because the kubelet probes the pod's address.</summary>
    [ListenAddress]
    public string Address { get; init; } = "*";

    /// <summary>The TCP port (<c>ADMIN_PORT</c>); 0 takes any free one. Default: 9901.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 9901;
}
