using System.Net.Sockets;

namespace Sidecar.Proxy.Tests.Wire;

internal sealed partial class RunningSidecar
{
    public int Port { get; private set; }

    public int AdminPort { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}";

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Port);

    /// <summary>Waits until the traffic port takes no more connections; the kernel may take one or two while it is being closed.</summary>
    public async Task RefusesConnectionsAsync()
    {
        var patience = Patience.Token();
        while (true)
        {
            patience.ThrowIfCancellationRequested();
            try
            {
                using var connection = await ConnectAsync();
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    /// <summary>Sends one request on a connection of its own and returns the whole answer.</summary>
    public async Task<string> ExchangeAsync(string request)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(request);
        return await client.ReadMessageAsync();
    }

    public Task<string> GetAsync(string target = "/", params string[] headers) =>
        ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: shop.example\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    /// <summary>Asks the admin port.</summary>
    public async Task<(System.Net.HttpStatusCode Status, string Body)> AdminAsync(string path, HttpMethod? method = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"http://127.0.0.1:{AdminPort}{path}");
        using var response = await http.SendAsync(request, Patience.Token());
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Patience.Token()));
    }
}
