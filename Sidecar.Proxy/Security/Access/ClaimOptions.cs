using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Security.Access;

/// <summary>What a token must say.</summary>
public sealed record ClaimOptions
{
    /// <summary>The claim's name, or the way to it as a JSON Pointer (RFC 6901): <c>/realm_access/roles</c>.</summary>
    [Required(ErrorMessage = "the name of a claim, or a JSON Pointer such as /realm_access/roles")]
    public string Name { get; init; } = "";

    /// <summary>
    /// What it may be: one of these. Of an array one element has to be; of <c>scope</c> and <c>scp</c> one word. Default: anything but null.
    /// </summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary><see cref="Values"/>, to be looked up.</summary>
    internal FrozenSet<string> Accepted => field ??= Values.ToFrozenSet(StringComparer.Ordinal);
}
