namespace Sidecar.Proxy.Server.Listening;

/// <summary>The address a request comes from when proxies stand in front: the nearest one in X-Forwarded-For that is no trusted proxy's.</summary>
internal static class ClientAddress
{
    /// <summary>Finds the address. Only what trusted proxies have added is believed, from the right; the rest anybody can write.</summary>
    /// <param name="record">The request, with the address of its connection.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="options">Who is trusted.</param>
    /// <returns>The address, or null when there is none or a trusted proxy names none that can be read.</returns>
    public static IPAddress? Of(RequestRecord record, IHeaderDictionary headers, HeaderOptions options)
    {
        var address = record.ClientAddress;
        if (address is null || options.TrustedNetworks.IsEmpty || !headers.TryGetValue("X-Forwarded-For", out var values))
            return address;
        var rest = values.ToString().AsSpan();
        while (!rest.IsEmpty && options.TrustedNetworks.Contain(address))
        {
            var comma = rest.LastIndexOf(',');
            if (!TryParse(rest[(comma + 1)..].Trim(" \t"), out address))
                return null;
            rest = comma < 0 ? [] : rest[..comma];
        }

        return address;
    }

    /// <summary>Reads an address as proxies write it, some with the port.</summary>
    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!text.ContainsAny('.', ':') || !IPEndPoint.TryParse(text, out var endPoint))
            return false;
        address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        return true;
    }
}
