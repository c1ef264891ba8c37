using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SidecarAspire.MixUp;

/// <summary>The application, as bytes: it checks what it is sent and does with each request what its target says.</summary>
internal sealed class App : IDisposable
{
    private static readonly TimeSpan LastRead = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Tally _tally;

    public App(Tally tally)
    {
        _tally = tally;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        _ = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var wire = new Wire(socket);
        try
        {
            while (await wire.ReadHeadAsync() is { } head && await AnswerAsync(wire, head))
            {
            }
        }
        catch (MixUpException exception)
        {
            _tally.MixUp(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The client is gone, and the sidecar has passed it on.
        }
    }

    private static async Task<bool> AnswerAsync(Wire wire, string[] head)
    {
        var plan = Plan.Parse(head[0]);
        if (head.Of("X-Mix") != plan.Name || head.Of("X-Request-Id") != plan.Name)
            throw new MixUpException($"The head of request {plan.Id} has fields of another: {string.Join(" | ", head)}");
        var random = new Random(unchecked((int)plan.Id));
        switch (plan.Reply)
        {
            case Reply.Gone:
                return false;
            case Reply.Upgrade:
                await EchoAsync(wire, plan);
                return false;
            case Reply.Early:
                await wire.SendAsync(Response(plan, random), random);
                await ReadBodyAsync(wire, plan, head);
                return true;
            case Reply.EarlyClose:
                await wire.SendAsync(Response(plan, random), random);
                wire.Socket.Shutdown(SocketShutdown.Send);
                // A reset at once could take the response with it.
                await Task.WhenAny(ReadBodyAsync(wire, plan, head), Task.Delay(LastRead));
                return false;
        }

        if (head.Of("Expect") is not null)
            await wire.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        await ReadBodyAsync(wire, plan, head);
        var response = Response(plan, random);
        if (plan.Reply == Reply.Broken)
        {
            await wire.SendAsync(response.AsMemory(0, response.Length / 2), random);
            wire.Reset();
            return false;
        }

        await wire.SendAsync(response, random);
        return plan.Reply != Reply.UntilEnd;
    }

    private static async Task ReadBodyAsync(Wire wire, Plan plan, string[] head)
    {
        const string Where = "the body";
        var content = new Content(plan.Id, 'q');
        var length = head.Of("Content-Length") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
        var isChunked = head.Of("Transfer-Encoding") is not null;
        if (isChunked)
            length = await wire.CheckChunksAsync(content, plan.Name, Where);
        else
            await wire.CheckAsync(content, length, Where);
        if (length != plan.RequestBytes)
            throw new MixUpException($"The body of request {plan.Id} has {length} bytes instead of {plan.RequestBytes}: {string.Join(" | ", head)}");
    }

    private static byte[] Response(Plan plan, Random random)
    {
        var (status, framing) = plan.Reply switch
        {
            Reply.NoContent => ("204 No Content", ""),
            Reply.NotModified => ("304 Not Modified", Length(plan)),
            Reply.Chunked => ("200 OK", "Transfer-Encoding: chunked\r\n"),
            Reply.UntilEnd => ("200 OK", "Connection: close\r\n"),
            Reply.EarlyClose => ("413 Content Too Large", Length(plan) + "Connection: close\r\n"),
            _ => ("200 OK", Length(plan)),
        };
        var hint = plan.Reply == Reply.Hinted ? $"HTTP/1.1 103 Early Hints\r\nX-Mix: {plan.Name}\r\n\r\n" : "";
        var output = new List<byte>(Encoding.ASCII.GetBytes($"{hint}HTTP/1.1 {status}\r\nX-Mix: {plan.Name}\r\n{framing}\r\n"));
        if (plan.HasNoBody)
            return [.. output];
        var content = new Content(plan.Id, 's');
        if (plan.Reply == Reply.Chunked)
        {
            Plan.WriteChunks(output, content, plan.ResponseBytes, random, plan.Name);
            return [.. output];
        }

        var bytes = new byte[plan.ResponseBytes];
        content.Fill(bytes);
        output.AddRange(bytes);
        return [.. output];
    }

    private static string Length(Plan plan) => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {plan.ResponseBytes}\r\n");

    private static async Task EchoAsync(Wire wire, Plan plan)
    {
        await wire.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: mix\r\nX-Mix: {plan.Name}\r\n\r\n"));
        var bytes = new byte[8192];
        var content = new Content(plan.Id, 'u');
        while (await wire.Socket.ReceiveAsync(bytes.AsMemory()) is > 0 and var count)
        {
            content.Check(bytes.AsSpan(0, count), "the upgraded connection");
            await wire.SendAsync(bytes.AsMemory(0, count));
        }
    }
}
