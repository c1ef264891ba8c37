namespace Sidecar.Proxy.Configuration;

/// <summary>Allows an IP address, <c>localhost</c> or <c>*</c>.</summary>
public sealed class ListenAddressAttribute()
    : TextCheckAttribute("an IP address, localhost or * (all addresses)", static text => text is "*" or "localhost" || IPAddress.TryParse(text, out _));
