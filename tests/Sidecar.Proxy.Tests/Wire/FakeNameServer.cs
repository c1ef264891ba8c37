using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A name server on a free port, over UDP and TCP, that answers what the test says.</summary>
internal sealed class FakeNameServer : IAsyncDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _serving;
    private int _tcpQuestions;

    private FakeNameServer()
    {
        _tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Listen();
        _udp.Bind(_tcp.LocalEndPoint!);
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public string Address => _tcp.LocalEndPoint!.ToString()!;

    public int TcpQuestions => Volatile.Read(ref _tcpQuestions);

    /// <summary>Records by name and type; a name without any does not exist.</summary>
    public volatile IReadOnlyList<Record> Records = [];

    /// <summary>What it answers with instead.</summary>
    public volatile int Code;

    /// <summary>Whether it says over UDP that there is more.</summary>
    public volatile bool Truncates;

    /// <summary>Whether it says nothing.</summary>
    public volatile bool IsSilent;

    /// <summary>Makes something else of its answers.</summary>
    public volatile Func<byte[], byte[]>? Spoil;

    public static FakeNameServer Start() => new();

    public static Record A(string name, string address, int ttl = 0) => new(name, 1, ttl, IPAddress.Parse(address).GetAddressBytes());

    public static Record Cname(string name, string alias) => new(name, 5, 0, Name(alias));

    public static Record Srv(string name, int priority, int weight, int port, string host, int ttl = 0) =>
        new(name, 33, ttl, [.. Short(priority), .. Short(weight), .. Short(port), .. Name(host)]);

    public async ValueTask DisposeAsync()
    {
        _udp.Dispose();
        _tcp.Dispose();
        await _serving;
    }

    /// <summary>An answer as it is on the wire.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, int code, bool isTruncated, IReadOnlyList<Record> answers, IReadOnlyList<Record> additional)
    {
        var question = query[12..].ToArray();
        return
        [
            .. query[..2], (byte)(0x81 | (isTruncated ? 2 : 0)), (byte)(0x80 | code), 0, 1, .. Short(answers.Count), 0, 0, .. Short(additional.Count),
            .. question, .. answers.Concat(additional).SelectMany(record => (byte[])[.. Name(record.Owner), .. Short(record.Type), 0, 1, .. Short(record.Ttl >> 16), .. Short(record.Ttl), .. Short(record.Data.Length), .. record.Data]),
        ];
    }

    private static byte[] Name(string name) => name.Length == 0 ? [0] : [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static byte[] Short(int number) => [(byte)(number >> 8), (byte)number];

    private byte[] Answer(ReadOnlySpan<byte> query, bool overUdp) => Spoil is { } spoil ? spoil(Honest(query, overUdp)) : Honest(query, overUdp);

    private byte[] Honest(ReadOnlySpan<byte> query, bool overUdp)
    {
        var name = Text(query[12..]);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query[(12 + name.Length + 2)..]);
        var records = Records;
        if (Code != 0 || records.All(record => record.Owner != name))
            return Answer(query, Code != 0 ? Code : 3, false, [], []);
        if (overUdp && Truncates)
            return Answer(query, 0, true, [], []);
        Record[] aliases = [.. records.Where(record => record.Owner == name && record.Type == 5)];
        var owners = aliases.Select(alias => Text(alias.Data)).Append(name).ToArray();
        return Answer(query, 0, false, [.. aliases, .. records.Where(record => owners.Contains(record.Owner) && record.Type == type && !record.IsAdditional)], [.. records.Where(record => record.IsAdditional)]);
    }

    private static string Text(ReadOnlySpan<byte> name)
    {
        var labels = new List<string>();
        for (; name[0] != 0; name = name[(name[0] + 1)..])
            labels.Add(Encoding.ASCII.GetString(name.Slice(1, name[0])));
        return string.Join('.', labels);
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                if (!IsSilent)
                    await _udp.SendToAsync(Answer(buffer.AsSpan(0, received.ReceivedBytes), overUdp: true), received.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _tcp.AcceptAsync();
                Interlocked.Increment(ref _tcpQuestions);
                await using var stream = new NetworkStream(socket);
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query);
                var answer = Answer(query, overUdp: false);
                await stream.WriteAsync((byte[])[.. Short(answer.Length), .. answer]);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
        }
    }

    internal sealed record Record(string Owner, int Type, int Ttl, byte[] Data, bool IsAdditional = false);
}
