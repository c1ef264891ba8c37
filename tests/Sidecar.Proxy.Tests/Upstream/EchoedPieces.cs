using Microsoft.AspNetCore.Http;

namespace Sidecar.Proxy.Tests.Upstream;

/// <summary>An application that answers each piece of a request at once, with the piece.</summary>
internal static class EchoedPieces
{
    public static async Task AnswerAsync(HttpContext context)
    {
        while (await context.Request.BodyReader.ReadAsync() is { IsCompleted: false } read)
        {
            foreach (var piece in read.Buffer)
                await context.Response.Body.WriteAsync(piece);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            await context.Response.Body.FlushAsync();
        }
    }
}
