using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Allows a host with or without a port.</summary>
public sealed class HostHeaderAttribute()
    : TextCheckAttribute("a host such as shop.example.com, or with a port such as localhost:8080", static host => host.Length > 0 && HttpGrammar.IsHost(Encoding.UTF8.GetBytes(host)) && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url) && url.UserInfo.Length == 0);
