using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SidecarAspire.MixUp;

/// <summary>One connection after another, each with batches of requests; what it does is drawn from its seed alone.</summary>
internal sealed class Client(int number, int requests, int seed, int port, Tally tally)
{
    private const int MostAtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(unchecked((seed * 1_000_003) + number));
    private int _sent;

    /// <summary>How a client leaves in the middle.</summary>
    private enum Departure
    {
        None,
        Reset,
        Close,
        HalfClose,
    }

    public async Task RunAsync()
    {
        while (_sent < requests && !tally.IsOver)
        {
            try
            {
                using var wire = await OpenAsync();
                bool stays;
                do
                    stays = _random.Next(8) > 0;
                while (await BatchAsync(wire) && stays && _sent < requests && !tally.IsOver);
            }
            catch (MixUpException exception)
            {
                tally.MixUp(exception.Message);
            }
            catch (SocketException exception)
            {
                tally.Lose($"No connection: {exception.Message}");
            }
        }
    }

    private async Task<Wire> OpenAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new Wire(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends some requests and reads their responses.</summary>
    /// <returns>Whether the connection can be used again.</returns>
    private async Task<bool> BatchAsync(Wire wire)
    {
        var plans = new List<Plan>();
        var output = new List<byte>();
        var count = Math.Min(requests - _sent, _random.Next(2) == 0 ? 1 : 1 + _random.Next(MostAtOnce));
        for (var i = 0; i < count; i++)
        {
            var plan = Plan.Draw(_random, (number * 100_000_000L) + _sent++, i == count - 1);
            plan.Write(output, _random);
            plans.Add(plan);
        }

        tally.Sent(count);
        var departure = plans[^1].Reply != Reply.Upgrade && _random.Next(100) < 6 ? (Departure)(1 + _random.Next(3)) : Departure.None;
        var end = departure == Departure.None ? output.Count : _random.Next(output.Count + 1);
        var bytes = output.ToArray();
        var sendSeed = _random.Next();
        var reading = ReadAsync(wire, plans, departure != Departure.None);
        var sending = SendAsync(wire, bytes.AsMemory(0, end), departure, new Random(sendSeed));
        try
        {
            var isOpen = await reading.WaitAsync(Patience);
            if (isOpen)
                await sending.WaitAsync(Patience);
            return isOpen && departure == Departure.None;
        }
        catch (TimeoutException)
        {
            tally.Lose($"Nothing more came within {Patience.TotalSeconds} s of {string.Join(", ", plans)}");
            return false;
        }
        finally
        {
            // Whoever still sends is told so.
            if (!sending.IsCompleted)
                wire.Dispose();
        }
    }

    private static async Task SendAsync(Wire wire, ReadOnlyMemory<byte> bytes, Departure departure, Random random)
    {
        try
        {
            await wire.SendAsync(bytes, random);
            if (departure == Departure.Reset)
                wire.Reset();
            else if (departure == Departure.Close)
                wire.Dispose();
            else if (departure == Departure.HalfClose)
                wire.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The response says why, if it has to be known.
        }
    }

    private async Task<bool> ReadAsync(Wire wire, List<Plan> plans, bool leaves)
    {
        foreach (var plan in plans)
        {
            try
            {
                if (!await ReadAsync(wire, plan))
                    return false;
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                if (!leaves && !plan.MayFail)
                    tally.Lose($"{plan}: {exception.Message}");
                return false;
            }
        }

        return true;
    }

    private async Task<bool> ReadAsync(Wire wire, Plan plan)
    {
        var head = await wire.ReadHeadAsync() ?? throw new IOException("the connection ended before the response");
        while (head[0].StartsWith("HTTP/1.1 1", StringComparison.Ordinal) && !head[0].StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            if (head[0] == "HTTP/1.1 103 Early Hints" && (plan.Reply != Reply.Hinted || head.Of("X-Mix") != plan.Name))
                throw new MixUpException($"{plan} got a hint of another: {string.Join(" | ", head)}");
            head = await wire.ReadHeadAsync() ?? throw new IOException("the connection ended before the response");
        }

        var said = string.Join(" | ", head);
        if (head[0].Split(' ') is not ["HTTP/1.1", { Length: 3 } status, ..])
            throw new MixUpException($"{plan} got no response but '{said}'");
        if (head.Of("X-Request-Id") != plan.Name)
            throw new MixUpException($"{plan} got the response of another: {said}");
        var mark = head.Of("X-Mix");
        if (mark is null)
        {
            if (!plan.MayFail || status[0] != '5')
                throw new MixUpException($"{plan} was answered by the sidecar: {said}");
        }
        else if (mark != plan.Name || status != Status(plan))
        {
            throw new MixUpException($"{plan} got the response of another: {said}");
        }

        if (plan.Reply == Reply.Upgrade)
        {
            await EchoAsync(wire, plan);
            tally.Check();
            return false;
        }

        await CheckBodyAsync(wire, plan, head, mark is null);
        tally.Check();
        return head.Of("Connection") is null;
    }

    private static async Task CheckBodyAsync(Wire wire, Plan plan, string[] head, bool isSidecars)
    {
        const string Where = "the response";
        if (plan.Method == "HEAD" || (!isSidecars && plan.HasNoBody))
            return;
        var content = isSidecars ? null : new Content(plan.Id, 's');
        long length;
        if (head.Of("Content-Length") is { } text)
            await wire.CheckAsync(content, length = long.Parse(text, CultureInfo.InvariantCulture), Where);
        else if (head.Of("Transfer-Encoding") is not null)
            length = await wire.CheckChunksAsync(content, plan.Name, Where);
        else
            length = await wire.CheckToEndAsync(content ?? new Content(plan.Id, 's'), Where);
        if (!isSidecars && length != plan.ResponseBytes)
            throw new MixUpException($"{plan} got {length} bytes: {string.Join(" | ", head)}");
    }

    private static string Status(Plan plan) => plan.Reply switch
    {
        Reply.NoContent => "204",
        Reply.NotModified => "304",
        Reply.EarlyClose => "413",
        Reply.Upgrade => "101",
        _ => "200",
    };

    /// <summary>Says something to the application, hears it back and leaves.</summary>
    private static async Task EchoAsync(Wire wire, Plan plan)
    {
        var bytes = new byte[plan.ResponseBytes];
        new Content(plan.Id, 'u').Fill(bytes);
        var random = new Random(unchecked((int)plan.Id));
        var isAborted = random.Next(4) == 0;
        var sending = wire.SendAsync(bytes, random);
        await wire.CheckAsync(new Content(plan.Id, 'u'), isAborted ? bytes.Length / 2 : bytes.Length, "the upgraded connection");
        if (isAborted)
        {
            wire.Reset();
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await sending;
        wire.Socket.Shutdown(SocketShutdown.Send);
        if (!await wire.IsAtEndAsync())
            throw new MixUpException($"{plan}: there is more on the upgraded connection than was said");
    }
}
