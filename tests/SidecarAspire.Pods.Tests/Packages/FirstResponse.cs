using System.Diagnostics;
using Sidecar.Proxy.Tests.Wire;

namespace SidecarAspire.Pods.Tests.Packages;

/// <summary>What a program responds once it listens.</summary>
internal static class FirstResponse
{
    public static async Task<string> OfAsync(Process program, string url)
    {
        using var http = new HttpClient();
        var patience = Patience.Token();
        while (true)
        {
            try
            {
                return await http.GetStringAsync(url, patience);
            }
            catch (HttpRequestException exception) when (exception.StatusCode is null && !program.HasExited)
            {
                await Task.Delay(20, patience);
            }
        }
    }
}
