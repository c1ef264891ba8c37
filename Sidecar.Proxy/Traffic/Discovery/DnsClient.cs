using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Traffic.Discovery;

/// <summary>
/// Asks name servers, because .NET asks for addresses alone. Each question has a random id and a socket of its own, connected, so that the
/// port is random too and nobody but the server is heard (RFC 5452); a truncated answer is fetched again over TCP (RFC 7766).
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class DnsClient(TimeProvider time)
{
    private const int Tries = 2;
    private const int MaxDatagram = 4096;

    /// <summary>Asks for the records of a name, by the rules of resolv.conf.</summary>
    /// <param name="servers">Whom.</param>
    /// <param name="name">The name.</param>
    /// <param name="type">The type of the records.</param>
    /// <param name="timeout">How long one try may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name that there are records of, and the answer.</returns>
    /// <exception cref="DiscoveryException">There are none, or nobody answers.</exception>
    public async Task<(string Name, DnsAnswer Answer)> AskAsync(NameServers servers, string name, DnsType type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (servers.Servers.Count == 0)
            throw new DiscoveryException("no name server is known");
        var exists = false;
        foreach (var candidate in servers.Candidates(name.ToLowerInvariant()))
        {
            var answer = await AskServersAsync(servers.Servers, candidate, type, timeout, cancellationToken);
            if (answer.Of<DnsRecord>(candidate).Count > 0)
                return (candidate, answer);
            exists |= answer.Code != DnsAnswer.NameError;
        }

        throw new DiscoveryException(exists ? $"{name} has no {type.ToString().ToUpperInvariant()} records" : $"{name} does not exist");
    }

    private async Task<DnsAnswer> AskServersAsync(IReadOnlyList<IPEndPoint> servers, string name, DnsType type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var problem = "";
        for (var i = 0; i < Tries * servers.Count; i++)
        {
            var server = servers[i % servers.Count];
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                var answer = await AskOverUdpAsync(server, name, type, either.Token);
                if (answer.IsTruncated)
                    answer = await AskOverTcpAsync(server, name, type, either.Token);
                if (answer.Code is 0 or DnsAnswer.NameError)
                    return answer;
                problem = $"name server {server} answers with code {answer.Code} to {name}";
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                problem = $"name server {server}: {exception.Message.ReplaceLineEndings(" ")}";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = $"name server {server} does not answer within {Duration.Format(timeout)}";
            }
        }

        throw new DiscoveryException(problem);
    }

    private static ushort NewId() => BinaryPrimitives.ReadUInt16LittleEndian(RandomNumberGenerator.GetBytes(2));

    private static async Task<DnsAnswer> AskOverUdpAsync(IPEndPoint server, string name, DnsType type, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        var id = NewId();
        var buffer = new byte[MaxDatagram];
        await socket.SendAsync(buffer.AsMemory(0, DnsMessage.WriteQuery(buffer, id, name, type)), cancellationToken);
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, cancellationToken);
            // What is not the answer is as if it had not come.
            if (DnsMessage.TryRead(buffer.AsSpan(0, count), id, name, type, out var answer))
                return answer;
        }
    }

    private static async Task<DnsAnswer> AskOverTcpAsync(IPEndPoint server, string name, DnsType type, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var id = NewId();
        var query = new byte[2 + DnsMessage.MaxQuery];
        var length = DnsMessage.WriteQuery(query.AsSpan(2), id, name, type);
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)length);
        await stream.WriteAsync(query.AsMemory(0, 2 + length), cancellationToken);
        await stream.ReadExactlyAsync(query.AsMemory(0, 2), cancellationToken);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(query)];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return DnsMessage.TryRead(message, id, name, type, out var answer) && !answer.IsTruncated ? answer : throw new IOException("its answer over TCP is not one");
    }
}
