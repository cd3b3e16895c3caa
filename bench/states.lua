-- SPDX-License-Identifier: GPL-2.0-or-later
-- What the plugin does, as far as it is usually done in Lua: a post-dissector that follows both ends of each connection and
-- adds their states and a suspicion of half-open. Written to be fast: five fields in, everything local, states
-- are small numbers until they are shown, and nothing is computed twice.
-- It knows neither incarnations nor causes of resets, neither presumptions nor hindsight: a real equivalent would cost more.
local band = bit.band
local FIN, SYN, RST, ACK = 1, 2, 4, 16
local UNKNOWN, CLOSED, SYN_SENT, SYN_RECEIVED, ESTABLISHED = 1, 2, 3, 4, 5
local FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT = 6, 7, 8, 9, 10, 11
local names = {"UNKNOWN", "CLOSED", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED",
               "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"}

local sent_fin = {[SYN_RECEIVED] = FIN_WAIT_1, [ESTABLISHED] = FIN_WAIT_1, [CLOSE_WAIT] = LAST_ACK}
local got_fin = {[SYN_RECEIVED] = CLOSE_WAIT, [ESTABLISHED] = CLOSE_WAIT, [FIN_WAIT_1] = CLOSING, [FIN_WAIT_2] = TIME_WAIT}
local got_ack_of_fin = {[FIN_WAIT_1] = FIN_WAIT_2, [CLOSING] = TIME_WAIT, [LAST_ACK] = CLOSED}

local luastate = Proto("luastate", "TCP state, in Lua")
local client_field = ProtoField.string("luastate.client.state", "Client state")
local server_field = ProtoField.string("luastate.server.state", "Server state")
local half_open_field = ProtoField.string("luastate.half_open", "Half-open")
luastate.fields = {client_field, server_field, half_open_field}

local stream_of, flags_of = Field.new("tcp.stream"), Field.new("tcp.flags")
local seq_of, ack_of, length_of = Field.new("tcp.seq_raw"), Field.new("tcp.ack_raw"), Field.new("tcp.len")

local connections, clients, servers, suspicions

function luastate.init() connections, clients, servers, suspicions = {}, {}, {}, {} end
connections, clients, servers, suspicions = {}, {}, {}, {}

-- Distance on the circle of sequence numbers.
local function after(a, b)
    local d = (a - b) % 4294967296
    return d > 0 and d < 2147483648
end

local function new_end(port) return {port = port, state = UNKNOWN, attempts = 0} end

local function observe(number, pinfo, flags, seq, ack, length)
    local connection = connections[number]
    local syn = band(flags, SYN) ~= 0
    if not connection then
        local sender_is_client = syn and band(flags, ACK) == 0 or not syn and pinfo.src_port >= pinfo.dst_port
        local client_port = sender_is_client and pinfo.src_port or pinfo.dst_port
        connection = {new_end(client_port), new_end(sender_is_client and pinfo.dst_port or pinfo.src_port)}
        connections[number] = connection
    end
    local me, peer = connection[1], connection[2]
    if me.port ~= pinfo.src_port then me, peer = peer, me end

    if band(flags, RST) ~= 0 then
        me.state, peer.state = CLOSED, CLOSED
        return connection
    end
    local fin, acks = band(flags, FIN) ~= 0, band(flags, ACK) ~= 0
    local next_seq = (seq + length + (syn and 1 or 0) + (fin and 1 or 0)) % 4294967296
    if next_seq ~= seq then
        if me.next and not after(next_seq, me.next) then
            me.attempts = me.attempts + 1
            connection.suspected = connection.suspected or (me.attempts >= 2 and peer.next ~= nil)
        else
            me.next = next_seq
        end
    elseif not me.next then
        me.next = seq
    end
    peer.attempts = 0
    if connection.suspected and me.attempts == 0 then connection.suspected = false end

    if syn then
        if acks then
            me.state = SYN_RECEIVED
            if peer.state == SYN_SENT then peer.state = ESTABLISHED end
        else
            me.state = SYN_SENT
        end
        return connection
    end
    if me.state < ESTABLISHED and me.state ~= CLOSED then me.state = ESTABLISHED end
    if peer.state == SYN_RECEIVED and acks then peer.state = ESTABLISHED end
    if acks and peer.fin and not after(peer.fin, ack) then peer.state = got_ack_of_fin[peer.state] or peer.state end
    if fin and not me.fin then
        me.fin = next_seq
        me.state = sent_fin[me.state] or me.state
        peer.state = got_fin[peer.state] or peer.state
    end
    return connection
end

function luastate.dissector(tvb, pinfo, tree)
    local stream = stream_of()
    if not stream then return end
    local frame = pinfo.number
    local client, server = clients[frame], servers[frame]
    if not client then
        local connection = observe(stream.value, pinfo, flags_of().value, seq_of().value, ack_of().value, length_of().value)
        client, server = connection[1].state, connection[2].state
        clients[frame], servers[frame] = client, server
        if connection.suspected then suspicions[frame] = true end
    end
    tree:add(client_field, names[client]):set_generated()
    tree:add(server_field, names[server]):set_generated()
    if suspicions[frame] then tree:add(half_open_field, "suspected"):set_generated() end
end

register_postdissector(luastate)
