using System.ComponentModel.DataAnnotations;
using System.Text;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Traffic.Rewriting;

/// <summary>Allows a host with or without a port.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HostHeaderAttribute() : ValidationAttribute("a host such as shop.example.com, or with a port such as localhost:8080")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is null || (value is string { Length: > 0 } host && HttpGrammar.IsHost(Encoding.UTF8.GetBytes(host)) && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url) && url.UserInfo.Length == 0);
}
