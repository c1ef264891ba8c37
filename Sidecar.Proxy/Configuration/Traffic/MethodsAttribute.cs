using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Allows methods; without lower-case letters, for a method is what its letters are.</summary>
public sealed class MethodsAttribute()
    : TextCheckAttribute("methods such as GET, POST, in upper case, comma-separated", static method => HttpGrammar.IsToken(method) && !method.Any(char.IsAsciiLetterLower));
