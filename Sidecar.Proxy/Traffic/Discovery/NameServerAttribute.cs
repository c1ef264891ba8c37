using System.Net;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>Allows an IP address, with a port or without.</summary>
public sealed class NameServerAttribute()
    : TextCheckAttribute("an IP address such as 10.96.0.10 or 10.96.0.10:53", static text => IPEndPoint.TryParse(text, out _));
