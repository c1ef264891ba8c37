using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>Allows regular expressions whose time grows with the text alone, whatever a client sends.</summary>
public sealed class PatternAttribute()
    : TextCheckAttribute("a regular expression of at most 1000 characters, without back-references and look-arounds", static text => Pattern.TryCompile(text, false, out _));
